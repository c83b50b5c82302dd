/* Makes system calls with arguments that tests know, one word of the command line a group. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __x86_64__
/* Calls the kernel as a 32-bit program does; arguments lie in the low 4 GB. */
static long narrow(long nr, long a, long b, long c)
{
	long result;

	asm volatile("int $0x80" : "=a"(result) : "a"(nr), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
	return result;
}
#endif

static void files(void)
{
	int fd = openat(AT_FDCWD, "/no/such/file", O_RDWR | O_CREAT | O_CLOEXEC, 0640);

	if (fd >= 0)
		close(fd);
	syscall(SYS_read, -1, NULL, 77);
#ifdef SYS_access
	syscall(SYS_access, "/", R_OK | X_OK);
#else
	syscall(SYS_faccessat, AT_FDCWD, "/", R_OK | X_OK);
#endif
}

/* open(2) itself, which C libraries have left for openat(2). */
static void opens(void)
{
#ifdef SYS_open
	int fd;

	syscall(SYS_open, "/tmp/none.tar.gz", O_RDONLY);
	fd = syscall(SYS_open, "/dev/null", O_WRONLY);
	if (fd >= 0)
		close(fd);
#endif
}

/* write(-1, NULL, 5) and access(NULL, R_OK) as a 32-bit program does them; i386 and ARM have the same numbers for these. */
#ifdef __x86_64__
static void narrow_files(void)
{
	narrow(4, -1, 0, 5);
	narrow(33, 0, 4, 0);
}
#else
/* A program of 32-bit ARM in one page. */
static const uint32_t narrow_code[] = {
	0xe3e00000, 0xe3a01000, 0xe3a02005, 0xe3a07004, 0xef000000, /* write */
	0xe3a00000, 0xe3a01004, 0xe3a02000, 0xe3a07021, 0xef000000, /* access */
	0xe3a00000, 0xe3a07001, 0xef000000, /* exit */
};

static void narrow_files(void)
{
	struct {
		Elf32_Ehdr header;
		Elf32_Phdr load;
		uint32_t code[sizeof(narrow_code) / 4];
	} program = {
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC, .e_machine = EM_ARM, .e_version = EV_CURRENT, .e_flags = EF_ARM_EABI_VER5,
			.e_entry = 0x10000 + offsetof(__typeof__(program), code),
			.e_phoff = offsetof(__typeof__(program), load),
			.e_ehsize = sizeof(Elf32_Ehdr), .e_phentsize = sizeof(Elf32_Phdr), .e_phnum = 1,
		},
		.load = {
			.p_type = PT_LOAD, .p_vaddr = 0x10000, .p_paddr = 0x10000, .p_flags = PF_R | PF_X,
			.p_filesz = sizeof(program), .p_memsz = sizeof(program), .p_align = 0x1000,
		},
	};
	/* Named like this program. */
	const char *path = "/tmp/syscalls";
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755), status;
	pid_t child;

	memcpy(program.code, narrow_code, sizeof(narrow_code));
	if (fd < 0 || write(fd, &program, sizeof(program)) != sizeof(program) || close(fd)) {
		perror("syscalls: narrow");
		return;
	}
	child = fork();
	if (child == 0) {
		execl(path, path, NULL);
		_exit(1);
	}
	if (waitpid(child, &status, 0) != child || status)
		fprintf(stderr, "syscalls: the 32-bit program did not run\n");
}
#endif

/* Descriptor -1 and other nonsense: the kernel refuses them all, and changes nothing. */
static void all(void)
{
	struct iovec iov[2] = { { "ab", 2 }, { "c\n", 2 } };
	struct sockaddr_in ip4 = { .sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = htonl(0x7f000001) };
	struct sockaddr_in6 ip6 = { .sin6_family = AF_INET6, .sin6_port = htons(443) };
	struct sockaddr_un local = { .sun_family = AF_UNIX, .sun_path = "/tmp/x" };
	struct timespec moment = { 1, 500 }, never = { 0, -1 };
	struct rlimit limit = { 10, RLIM_INFINITY };
	struct pollfd polled = { -1, POLLIN | POLLOUT, 0 };
	struct sigaction act = { .sa_handler = SIG_IGN, .sa_flags = SA_RESTART };
	sigset_t set;
	int word = 7;

	ip6.sin6_addr.s6_addr[0] = 0xfe;
	ip6.sin6_addr.s6_addr[1] = 0x80;
	ip6.sin6_addr.s6_addr[15] = 1;
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);

	syscall(SYS_write, -1, "text\n", 5);
	syscall(SYS_writev, -1, iov, 2);
	syscall(SYS_pread64, -1, NULL, 9, 1234);
	syscall(SYS_openat, -1, "rel", O_RDONLY | O_DIRECTORY, 0);
	syscall(SYS_lseek, -1, -5L, SEEK_END);
	syscall(SYS_fcntl, -1, F_SETFD, 1);
	syscall(SYS_renameat2, AT_FDCWD, "/no/a", -1, "b", 1);
#ifdef SYS_mkdir
	syscall(SYS_mkdir, "/no/such/folder", 0755);
#else
	syscall(SYS_mkdirat, AT_FDCWD, "/no/such/folder", 0755);
#endif
	syscall(SYS_newfstatat, -1, "x", NULL, AT_SYMLINK_NOFOLLOW);
	syscall(SYS_umount2, "/no/such", 2 | 8);
	syscall(SYS_mmap, NULL, 0, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	syscall(SYS_madvise, 1, 4096, MADV_DONTNEED);
	syscall(SYS_socket, AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 99);
	syscall(SYS_connect, -1, &ip4, sizeof(ip4));
	syscall(SYS_connect, -1, &ip6, sizeof(ip6));
	syscall(SYS_bind, -1, &local, 9);
	syscall(SYS_sendto, -1, "hello", 5, MSG_DONTWAIT | MSG_NOSIGNAL, &ip4, sizeof(ip4));
	syscall(SYS_setsockopt, -1, SOL_SOCKET, SO_REUSEADDR, NULL, 4);
	syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL);
	syscall(SYS_nanosleep, &never, NULL);
	syscall(SYS_futex, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 8, NULL, NULL, 0);
#ifdef SYS_poll
	syscall(SYS_poll, &polled, 1, 0);
#else
	syscall(SYS_ppoll, &polled, 1, &moment, NULL, 0);
#endif
	syscall(SYS_epoll_ctl, -1, EPOLL_CTL_ADD, 3, NULL);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 8);
	syscall(SYS_kill, -99999, SIGTERM);
	syscall(SYS_prlimit64, 99999, RLIMIT_NOFILE, &limit, NULL);
	syscall(SYS_sched_setscheduler, 99999, SCHED_FIFO, NULL);
	syscall(SYS_unshare, CLONE_NEWNS | 1);
	syscall(SYS_rt_sigaction, 99, &act, NULL, 8);
	syscall(SYS_execve, "/no/such/program", (char *[]){ "prog", "arg one", NULL }, (char *[]){ "A=1", "B=2", NULL });
	syscall(SYS_getuid);
}

/* What is seldom asked for: nothing at NULL, names without a path, bits without a name. */
static void odd(void)
{
	struct sockaddr_un abstract = { .sun_family = AF_UNIX, .sun_path = "\0name" };
	struct sockaddr strange = { .sa_family = 99 };
	struct iovec pieces[5] = { { NULL, 0 }, { "none", 0 }, { "a\"\\\t\1", 5 }, { "x", 1 }, { "y", 1 } };
	char text[200];

	memset(text, 'q', sizeof(text));
	text[1] = '"';
	syscall(SYS_write, -1, "odd\n", 4);
	syscall(SYS_write, -1, "none", 0);
	syscall(SYS_write, -1, NULL, 0);
	syscall(SYS_write, -1, NULL, 5);
	syscall(SYS_write, -1, text, sizeof(text));
	syscall(SYS_writev, -1, pieces, 5);
	syscall(SYS_writev, -1, NULL, 2);
	syscall(SYS_openat, AT_FDCWD, NULL, O_WRONLY | 0x40000000);
	syscall(SYS_openat, AT_FDCWD, "/no/\"such\"\n", O_RDWR | O_TMPFILE, 0600);
	syscall(SYS_mknodat, -1, "x", S_IFIFO | 0644, 0);
	syscall(SYS_msgget, 0x1234, 0x400 | 0640);
	syscall(SYS_bind, -1, &abstract, 7);
	syscall(SYS_bind, -1, &abstract, 3);
	syscall(SYS_bind, -1, &abstract, 2);
	syscall(SYS_bind, -1, &strange, sizeof(strange));
	syscall(SYS_bind, -1, NULL, 16);
	syscall(SYS_nanosleep, NULL, NULL);
	syscall(SYS_kill, -99999, 99);
	syscall(SYS_prlimit64, 99999, 77, NULL, NULL);
	syscall(SYS_execve, NULL, NULL, NULL);
#ifdef __x86_64__
	narrow(295, AT_FDCWD, 0, 0); /* openat */
	narrow(4, -1, 0, 0); /* write */
#endif
	syscall(SYS_getuid);
}

/* Six bytes by TCP and three by UDP, over the loopback. */
static void sockets(void)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(7001), .sin_addr.s_addr = htonl(0x7f000001) };
	int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), server, one = 1;
	int datagrams = socket(AF_INET, SOCK_DGRAM, 0);
	char text[16];

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (void *)&here, sizeof(here)) || listen(listener, 1) ||
	    connect(client, (void *)&here, sizeof(here))) {
		perror("syscalls: sockets");
		return;
	}
	server = accept(listener, NULL, NULL);
	send(client, "hello\n", 6, 0);
	recv(server, text, sizeof(text), 0);
	sendto(datagrams, "abc", 3, 0, (void *)&here, sizeof(here));
	close(client);
	close(server);
	close(listener);
	close(datagrams);
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "files"))
			files();
		else if (!strcmp(argv[i], "open"))
			opens();
		else if (!strcmp(argv[i], "narrow"))
			narrow_files();
		else if (!strcmp(argv[i], "sockets"))
			sockets();
		else if (!strcmp(argv[i], "odd"))
			odd();
		else if (!strcmp(argv[i], "all"))
			all();
		else
			return fprintf(stderr, "syscalls: what is %s?\n", argv[i]), 2;
	}
	return 0;
}
