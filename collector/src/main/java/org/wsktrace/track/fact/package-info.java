/**
 * What trackers found out: operations, the lives of IRPs, MDLs and sockets, driver images, losses.
 * Immutable values; each is handed to a {@link org.wsktrace.track.fact.FactSink} once, when it can
 * no longer change.
 *
 * <p>Must not know who keeps them: no SQL, no rules.
 */
@NullMarked
package org.wsktrace.track.fact;

import org.jspecify.annotations.NullMarked;
