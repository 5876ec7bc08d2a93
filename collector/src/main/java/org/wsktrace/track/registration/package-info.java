/**
 * The registrations of WSK clients, by WskRegister or by the Network Module Registrar: who is
 * registered, who has captured the provider, who waits to leave. Knows no sockets and no
 * operations.
 */
@NullMarked
package org.wsktrace.track.registration;

import org.jspecify.annotations.NullMarked;
