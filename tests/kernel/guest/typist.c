/*
 * typist KEYS COMMAND...: runs a command on a terminal of its own, types KEYS one by one once the command has taken line editing and echo off, and
 * prints what came to the screen, how the terminal was left, and the command's status. Without keys it hangs up instead. In KEYS `^C` is Ctrl-C, `^M` return.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int is_raw(int terminal)
{
	struct termios mode;

	return !tcgetattr(terminal, &mode) && !(mode.c_lflag & (ICANON | ECHO));
}

static void run(const char *name, char **command)
{
	int terminal;

	setsid();
	terminal = open(name, O_RDWR);
	if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0))
		_exit(126);
	dup2(terminal, 0);
	dup2(terminal, 1);
	dup2(terminal, 2);
	if (terminal > 2)
		close(terminal);
	execvp(command[0], command);
	_exit(127);
}

int main(int argc, char **argv)
{
	int screen = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	const char *keys = argc > 2 ? argv[1] : "";
	const char *name;
	char text[4096];
	ssize_t length;
	int terminal = -1;
	int status = 0;
	pid_t child;

	if (argc < 3 || screen < 0 || grantpt(screen) || unlockpt(screen) || !(name = ptsname(screen)))
		return 1;
	child = fork();
	if (!child) {
		close(screen);
		run(name, argv + 2);
	}
	if (*keys)
		/* Kept open: it can still be asked when the command has gone, and what the command wrote last stays readable. */
		terminal = open(name, O_RDWR | O_NOCTTY);
	while (!is_raw(screen) && !waitpid(child, &status, WNOHANG))
		usleep(10000);
	if (!*keys)
		close(screen);
	for (; *keys; keys++) {
		char key = *keys;

		if (key == '^' && keys[1])
			key = *++keys & 0x1f;
		if (write(screen, &key, 1) != 1)
			return 1;
	}
	waitpid(child, &status, 0);
	if (terminal >= 0) {
		fcntl(screen, F_SETFL, O_NONBLOCK);
		while ((length = read(screen, text, sizeof(text))) > 0)
			fwrite(text, 1, length, stdout);
		printf("left %s, ", is_raw(terminal) ? "raw" : "as it was");
	}
	if (WIFSIGNALED(status))
		printf("signal %d\n", WTERMSIG(status));
	else
		printf("status %d\n", WEXITSTATUS(status));
	return 0;
}
