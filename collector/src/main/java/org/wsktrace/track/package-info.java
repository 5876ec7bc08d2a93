/**
 * State machines that turn events into facts. {@link org.wsktrace.track.Tracks} is the door: it
 * takes events in the order of their seq and leads to the trackers of operations, IRPs, MDLs,
 * sockets, drivers and pool blocks.
 *
 * <p>Addresses are aliases: an address has one life after the other. A birth retires the previous
 * holder; an object that is first seen in use is adopted. What is alive is a {@code Live...}:
 * mutable, changed by its tracker only. What is over is a fact.
 *
 * <p>Must not know rules, SQL, screens or wall-clock time. One thread.
 */
@NullMarked
package org.wsktrace.track;

import org.jspecify.annotations.NullMarked;
