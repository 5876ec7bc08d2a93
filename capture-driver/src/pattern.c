#include "pattern.h"

_Use_decl_annotations_
BOOLEAN
PatternFits(const WCHAR *Pattern, const UNICODE_STRING *Text)
{
    ULONG Chars = Text->Length / sizeof(WCHAR), At = 0;
    const WCHAR *Star = NULL; /* the last one that was passed; what it stands for ends before Resume */
    ULONG Resume = 0;

    if (Chars > PATTERN_TEXT_CHARS)
        return FALSE;
    for (;;) {
        if (*Pattern == L'*') {
            Star = ++Pattern;
            Resume = At;
        } else if (At < Chars && *Pattern &&
                   (*Pattern == L'?' || RtlUpcaseUnicodeChar(*Pattern) == RtlUpcaseUnicodeChar(Text->Buffer[At]))) {
            Pattern++;
            At++;
        } else if (At == Chars && !*Pattern) {
            return TRUE;
        } else if (Star && Resume < Chars) { /* the star takes one more. An earlier star need not: what it left is here too */
            Pattern = Star;
            At = ++Resume;
        } else {
            return FALSE;
        }
    }
}

_Use_decl_annotations_
BOOLEAN
PatternIsName(const WCHAR *Pattern)
{
    while (*Pattern && *Pattern != L'*' && *Pattern != L'?')
        Pattern++;
    return !*Pattern;
}
