#include "common/nonce.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

void nonce_make(char text[static NONCE_SIZE])
{
	unsigned char bytes[NONCE_SIZE / 2];
	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		abort(); /* so few bytes are never had in part (getrandom(2)) */
	for (size_t i = 0; i < sizeof bytes; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}
