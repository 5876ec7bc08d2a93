/**
 * A session: one trace, the facts that follow from it and what the rules found, in one SQLite file
 * (.wskdb). {@code schema/session.sql} has the tables.
 *
 * <p>{@link org.wsktrace.store.SessionWriter} makes a session from events, facts and a judge's
 * report; {@link org.wsktrace.store.SessionReader} gives back values of its own, so that who shows
 * a session needs to know neither trackers nor rules.
 *
 * <p>Must not know where a trace came from, nor how it is shown. Only this package and {@code
 * filter} have SQL.
 */
@NullMarked
package org.wsktrace.store;

import org.jspecify.annotations.NullMarked;
