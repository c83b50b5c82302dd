/*
 * calls NAME COUNT: makes one system call COUNT times, and nothing else between the first and the last, so that
 * a probe on it must count COUNT hits of this process. Prints its pid and, as a monotonic span, nanoseconds.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

int main(int argc, char **argv)
{
	long count = argc > 2 ? atol(argv[2]) : 0;
	const char *name = argc > 1 ? argv[1] : "";
	int null = open("/dev/null", O_RDWR);
	long long start, end;
	char byte = 0;
	long i;

	printf("pid %d\n", getpid());
	fflush(stdout);
	start = now_ns();
	if (!strcmp(name, "getppid")) {
		for (i = 0; i < count; i++)
			syscall(SYS_getppid);
	} else if (!strcmp(name, "membarrier")) {
		for (i = 0; i < count; i++)
			syscall(SYS_membarrier, 1, 0, 0);
	} else if (!strcmp(name, "read")) {
		for (i = 0; i < count; i++)
			if (read(null, &byte, 1) < 0)
				return 1;
	} else if (!strcmp(name, "write")) {
		for (i = 0; i < count; i++)
			if (write(null, &byte, 1) < 0)
				return 1;
	} else if (!strcmp(name, "open")) {
		for (i = 0; i < count; i++) {
			int fd = open("/dev/null", O_RDONLY);

			if (fd < 0)
				return 1;
			close(fd);
		}
	} else if (!strcmp(name, "maps")) {
		/* Page 1, 2, … of this program's own file. */
		int self = open("/proc/self/exe", O_RDONLY);

		for (i = 0; i < count; i++)
			if (mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, self, 4096 * (i + 1)) == MAP_FAILED)
				return 1;
	} else {
		fprintf(stderr, "usage: calls getppid|read|write|open|maps COUNT\n");
		return 2;
	}
	end = now_ns();
	printf("ns %lld\n", end - start);
	return 0;
}
