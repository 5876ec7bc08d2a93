/** Sockets: closed once, and closed at all. */
@NullMarked
package org.wsktrace.rule.socket;

import org.jspecify.annotations.NullMarked;
