package org.wsktrace.cli.info;

/** What only files of one kind have. */
public sealed interface FileContent permits EtlContent, RecorderContent {}
