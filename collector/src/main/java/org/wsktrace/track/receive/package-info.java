/**
 * What WSK brings to a driver's event callbacks and the driver may keep: data indications, element
 * by element, until their WskRelease; and connection requests under inspection, until somebody
 * decides. By the addresses and ids that the events have: sockets end with {@code forget}.
 *
 * <p>Must not know operations, IRPs or MDLs.
 */
@NullMarked
package org.wsktrace.track.receive;

import org.jspecify.annotations.NullMarked;
