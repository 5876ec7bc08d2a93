/**
 * What is in a trace, by one pass over it: how many events of which kind and provider, when, which
 * modules and processes. {@link org.wsktrace.decode.inventory.TraceInventory} takes the events,
 * {@link org.wsktrace.decode.inventory.Inventory} is the answer.
 *
 * <p>Memory has a bound whatever the trace says: what is beyond it is counted, not named.
 *
 * <p>Must not know how the answer is shown.
 */
@NullMarked
package org.wsktrace.decode.inventory;

import org.jspecify.annotations.NullMarked;
