/**
 * Packets out of a fuzzer's bytes, for what speaks by common/packet.h. Each is two bytes of length
 * (little endian), one whose low three bits are the number of descriptors, and the packet.
 */
#ifndef TESTS_FUZZ_PACKETS_H
#define TESTS_FUZZ_PACKETS_H

#include <stddef.h>
#include <stdint.h>

/** Called by libFuzzer, or by replay.c with the kept seeds. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * Sends all of them by socket, as far as it takes them, with copies of fd as descriptors. At most
 * 64, which fit a socket's buffer with their answers.
 */
void packets_send(int socket, const uint8_t *data, size_t size, int fd);

#endif
