/* Makes system calls with arguments that tests know, one word of the command line a group. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Calls the kernel as a 32-bit program does; arguments lie in the low 4 GB. */
static long narrow(long nr, long a, long b, long c)
{
#ifdef __x86_64__
	long result;

	asm volatile("int $0x80" : "=a"(result) : "a"(nr), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
	return result;
#else
	(void)nr, (void)a, (void)b, (void)c;
	return -ENOSYS;
#endif
}

static void files(void)
{
	int fd = openat(AT_FDCWD, "/no/such/file", O_RDWR | O_CREAT | O_CLOEXEC, 0640);

	if (fd >= 0)
		close(fd);
	syscall(SYS_read, -1, NULL, 77);
	syscall(SYS_access, "/", R_OK | X_OK);
}

static void narrow_files(void)
{
	/* write and access of i386, of descriptor -1 */
	narrow(4, -1, 0, 5);
	narrow(33, 0, 4, 0);
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "files"))
			files();
		else if (!strcmp(argv[i], "narrow"))
			narrow_files();
		else
			return fprintf(stderr, "syscalls: what is %s?\n", argv[i]), 2;
	}
	return 0;
}
