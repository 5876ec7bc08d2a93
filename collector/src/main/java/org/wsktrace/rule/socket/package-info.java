/**
 * Sockets: what may be called on one when, that it is closed once, and that it is closed at all.
 * The state of a socket is {@link org.wsktrace.track.LiveSocket}'s and its {@link
 * org.wsktrace.track.Connection}'s; the rules only look at them. Must not know what the data is,
 * nor whose memory.
 */
@NullMarked
package org.wsktrace.rule.socket;

import org.jspecify.annotations.NullMarked;
