#pragma once
#include <openssl/evp.h>  // checksums
