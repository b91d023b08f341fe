#include <openssl/sha.h>
#include <openssl/ssl.h>
