package org.wsktrace.store.row;

/**
 * A driver under test while it was loaded.
 *
 * @param client the number by which events name it
 * @param name file name
 * @param base where its image was loaded
 * @param size of its image in bytes
 */
public record StoredDriver(int client, String name, long base, long size) {}
