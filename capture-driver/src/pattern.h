/*
 * Patterns of file names: * stands for any number of characters, none too, ? for one; case does not matter. What has
 * neither * nor ? is a name.
 */
#ifndef WSKTRACE_PATTERN_H
#define WSKTRACE_PATTERN_H

#include "wsktrace.h"

/* Of no file system here are names longer; a longer one fits no pattern. */
#define PATTERN_TEXT_CHARS 255

/* Takes at most as many steps as there are characters in both, multiplied. */
_IRQL_requires_(PASSIVE_LEVEL)
BOOLEAN
PatternFits(_In_z_ const WCHAR *Pattern, _In_ const UNICODE_STRING *Text);

_IRQL_requires_max_(DISPATCH_LEVEL)
BOOLEAN
PatternIsName(_In_z_ const WCHAR *Pattern);

#endif
