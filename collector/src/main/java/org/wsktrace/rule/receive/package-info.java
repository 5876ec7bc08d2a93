/**
 * What WSK brings to a driver's event callbacks: data indications that must be given back, each
 * once and on its socket; connection requests that must be decided; what a callback may return, and
 * what it may keep.
 */
@NullMarked
package org.wsktrace.rule.receive;

import org.jspecify.annotations.NullMarked;
