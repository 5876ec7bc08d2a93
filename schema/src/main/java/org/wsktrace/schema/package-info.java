/**
 * Turns {@code schema/wsktrace.man} into the C header of the capture driver and the Java records of
 * the collector.
 *
 * <p>{@link org.wsktrace.schema.Manifest} reads and checks, {@link org.wsktrace.schema.CHeader} and
 * {@link org.wsktrace.schema.JavaEvents} write text, {@link org.wsktrace.schema.Generate} puts the
 * text where it is committed. Runs at build time only: nothing of wsktrace depends on it, and it
 * knows nothing of them but where their generated files lie.
 */
@NullMarked
package org.wsktrace.schema;

import org.jspecify.annotations.NullMarked;
