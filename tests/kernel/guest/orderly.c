/*
 * orderly FILE OVER: reads lines "CPU PLACE …" as slowly as it may, 16 KiB and then a nap, until OVER exists, and the rest as fast as it
 * can. Prints how many lines there were, how many were not whole or not behind the last of their processor, and how many places are missing
 * between them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CPUS 64

static long lines, bad, gaps, last[CPUS];

/* One line, without its end. */
static void check(const char *line)
{
	char tail[32] = "";
	long cpu = -1, place = 0;

	lines++;
	if (sscanf(line, "%ld %ld %*d %31s", &cpu, &place, tail) != 3 || strcmp(tail, "whole") || cpu < 0 ||
	    cpu >= CPUS || place <= last[cpu]) {
		if (bad++ < 5)
			printf("bad %s\n", line);
	}
	if (cpu >= 0 && cpu < CPUS) {
		gaps += place - last[cpu] - 1;
		last[cpu] = place;
	}
}

int main(int argc, char **argv)
{
	static char text[16384], line[256];
	size_t length = 0;
	ssize_t n, i;
	int file;

	if (argc != 3 || (file = open(argv[1], O_RDONLY)) < 0) {
		fprintf(stderr, "usage: orderly FILE OVER\n");
		return 2;
	}
	while ((n = read(file, text, sizeof(text))) > 0) {
		for (i = 0; i < n; i++) {
			if (text[i] != '\n' && length < sizeof(line) - 1) {
				line[length++] = text[i];
				continue;
			}
			line[length] = '\0';
			check(line);
			length = 0;
		}
		if (access(argv[2], F_OK))
			usleep(20000);
	}
	printf("lines %ld\nbad %ld\ngaps %ld\nleft %zu\nerror %d\n", lines, bad, gaps, length, n < 0 ? errno : 0);
	return n < 0;
}
