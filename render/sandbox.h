/**
 * The walls around the worker. It reads what clients made and runs the driver's code over it, so it
 * is the first to be taken over; what it needs is its socket, the descriptors that come over it,
 * and the driver. Everything else is shut: no network and no sockets of its own, no new programs
 * or processes, no privileges, no look into other processes, no files but the system's libraries,
 * the driver's devices and a cache of its own. docs/security.md tells who is trusted with what.
 */
#ifndef RENDER_SANDBOX_H
#define RENDER_SANDBOX_H

#include <stdbool.h>

/** In a build with LeakSanitizer, which stops the threads of its own process by ptrace, from
 * another process that it makes: these two walls are left out there. */
#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANDBOX_SANITIZER 1
#endif
#endif

/**
 * Shuts this process in for good, before the driver is loaded. driver: a Vulkan driver will be;
 * else no file but those of /proc/self may be opened. A wall that this kernel does not have is left
 * out and said in the log: the session goes on without it. VITRINE_SANDBOX=off leaves out all of
 * them.
 */
void sandbox_enter(bool driver);

/** The part of sandbox_enter() that is the file system's (Landlock). */
void sandbox_shut_files(bool driver);

#endif
