#pragma once
#include <stddef.h>

/// The bytes of a file of the pages, which are a part of this program; NULL for one that there is not.
const unsigned char *_Nullable page_file(const char *_Nonnull name, size_t *_Nonnull count);
