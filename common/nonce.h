/** Names that nobody can guess: for what one client gives to another as a string. */
#ifndef COMMON_NONCE_H
#define COMMON_NONCE_H

/** Bytes of a name, its NUL included: 128 bits in hexadecimal. */
#define NONCE_SIZE 33

/** The process ends where the kernel gives no randomness. */
void nonce_make(char text[static NONCE_SIZE]);

#endif
