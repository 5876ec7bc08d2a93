package org.wsktrace.cli;

/** How a command prints its results. */
enum Format {
  TEXT,
  JSON
}
