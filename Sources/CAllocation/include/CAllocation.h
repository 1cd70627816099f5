#pragma once

// Ends the process with a sentence and exit code 1 where malloc, calloc, realloc or memalign finds no memory, from now on. Few
// who ask for a few bytes look at what they get, Swift's arrays and strings among them: a trap would follow. Who asks for
// more than a gigabyte at once gets NULL, as ever: so a decoder learns that a picture's header lies.
//
// Nothing happens under the sanitizers, whose own malloc these would hide.
//
// words: what the sentence advises after raising the limit; must stay.
void ca_end_without_memory(const char *words);
