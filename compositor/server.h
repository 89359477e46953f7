/** The session as a whole: everything that runs between the command line and the exit status. */
#ifndef COMPOSITOR_SERVER_H
#define COMPOSITOR_SERVER_H

struct options;

/** Runs the session to its end. The process's exit status: the command's, or 1 after an error
 * (logged). */
int server_run(const struct options *options);

#endif
