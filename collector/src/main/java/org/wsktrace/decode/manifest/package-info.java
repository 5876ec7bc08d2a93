/**
 * Instrumentation manifests: XML that says what a provider's events are called and made of (format:
 * learn.microsoft.com, "EventManifest Schema"). A caller gives them as files; .NET's EventSources
 * log their own into the trace, in pieces, one for each process, often behind the events that they
 * describe.
 *
 * <p>XML from a trace is not trusted: no DTD, no entities, and bounds on everything.
 *
 * <p>Must not know any provider.
 */
@NullMarked
package org.wsktrace.decode.manifest;

import org.jspecify.annotations.NullMarked;
