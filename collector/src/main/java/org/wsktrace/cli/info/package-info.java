/**
 * What a file is and what is in it, as text for people and as JSON for scripts: {@link
 * org.wsktrace.cli.info.TraceInfo} of any file, and of an .etl its {@link
 * org.wsktrace.cli.info.EtlContent} too.
 *
 * <p>The JSON is an interface, and docs/json.md is its contract: keys are only added. Must not know
 * how the file was read.
 */
@NullMarked
package org.wsktrace.cli.info;

import org.jspecify.annotations.NullMarked;
