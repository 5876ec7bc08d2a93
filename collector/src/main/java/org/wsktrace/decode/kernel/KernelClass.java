package org.wsktrace.decode.kernel;

import java.util.UUID;

/**
 * A class of classic events, as the kernel and its tools name them.
 *
 * @param provider who logs it, such as "Windows Kernel"
 * @param name such as "Process"
 * @param guid of the class, which events with a FULL header have
 */
public record KernelClass(String provider, String name, UUID guid) {}
