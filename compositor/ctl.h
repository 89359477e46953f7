/** `vitrine ctl`: asks something of the session that runs. */
#ifndef COMPOSITOR_CTL_H
#define COMPOSITOR_CTL_H

/** The whole command; argv[0] is "vitrine ctl". Exit status: 0 done, 1 refused or no session (said
 * on standard error), 2 wrong usage. */
int ctl_main(int argc, char **argv);

#endif
