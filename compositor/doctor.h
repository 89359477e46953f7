/** `vitrine doctor`: says what this machine can do for Vitrine, and what would mend the rest. */
#ifndef COMPOSITOR_DOCTOR_H
#define COMPOSITOR_DOCTOR_H

/**
 * The whole command; argv[0] is "vitrine doctor". Tries every rung of the scanout ladder in turn,
 * shows nothing on the screen, needs no DRM master. Exit status: 0 some rung holds, 1 none does, 2
 * wrong usage.
 */
int doctor_main(int argc, char **argv);

#endif
