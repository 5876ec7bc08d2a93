/**
 * Lists events, whoever logged them: {@link org.wsktrace.cli.listing.EventFilter} chooses, an
 * {@link org.wsktrace.cli.listing.EventPrinter} prints one a line, as text, JSON or CSV.
 *
 * <p>JSON and CSV are an interface, and docs/json.md is its contract: keys and columns are only
 * added. Must not know WSK, nor sessions.
 */
@NullMarked
package org.wsktrace.cli.listing;

import org.jspecify.annotations.NullMarked;
