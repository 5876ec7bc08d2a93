package org.wsktrace.schema;

/**
 * One event of the manifest.
 *
 * @param id 1..65535, unique
 * @param level 1 critical .. 5 verbose
 * @param keyword the masks of its keywords, or-ed
 */
public record Event(
    int id, int version, String symbol, int level, int task, long keyword, Template template) {}
