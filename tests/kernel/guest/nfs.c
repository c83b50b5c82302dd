/*
 * What the kernel's NFS asks of programs, on one machine without any:
 *
 * nfs helpers PIPE: says yes to all that the server asks of rpcbind (port 111), and of nfsdcld at the pipe PIPE of rpc_pipefs: nobody has
 *	anything to reclaim, so there is no grace period. Runs until it is killed; prints "ready" before.
 * nfs use FILE: seeks in it, maps it, writes there, and brings it to the disk.
 * nfs lock FILE: locks its bytes 3 to 6.
 * nfs mount3 FOLDER < FILEHANDLE: mounts what 127.0.0.1 serves by that handle (as /proc/fs/nfsd/filehandle gives it), by version 3.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <linux/nfs_mount.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int read_all(int file, void *to, size_t n)
{
	char *at = to;

	while (n > 0) {
		ssize_t got = read(file, at, n);

		if (got <= 0)
			return -1;
		at += got;
		n -= got;
	}
	return 0;
}

/* Calls of one connection: to procedure 0 nothing is answered, to the others "true". */
static void *answer_calls(void *connection)
{
	int file = (int)(intptr_t)connection;
	uint32_t mark, call[256], reply[8] = { 0 };

	while (read_all(file, &mark, 4) == 0) {
		uint32_t length = ntohl(mark) & 0x7fffffff;
		uint32_t words;

		if (length > sizeof(call) || length < 24 || read_all(file, call, length))
			break;
		words = call[5] ? 7 : 6;
		reply[0] = htonl(0x80000000 | words * 4);
		reply[1] = call[0];
		reply[2] = htonl(1);
		reply[7] = htonl(1);
		if (write(file, reply, 4 + words * 4) < 0)
			break;
	}
	close(file);
	return NULL;
}

static void *rpcbind(void *listening)
{
	pthread_t thread;
	int file;

	while ((file = accept((int)(intptr_t)listening, NULL, NULL)) >= 0)
		pthread_create(&thread, NULL, answer_calls, (void *)(intptr_t)file);
	return NULL;
}

/* Messages are { u8 version, command; s16 status; u32 xid; ... }: the answer is the message itself, with status 0. */
static void nfsdcld(int pipe)
{
	unsigned char message[8192];
	ssize_t n;

	while ((n = read(pipe, message, sizeof(message))) > 0) {
		message[2] = message[3] = 0;
		if (message[1] == 6)	/* which version do you speak? */
			message[8] = 2;
		if (write(pipe, message, n) != n)
			die("nfsdcld");
	}
}

static void helpers(const char *path)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(111), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listening = socket(AF_INET, SOCK_STREAM, 0), pipe, on = 1;
	pthread_t thread;

	setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listening, (struct sockaddr *)&here, sizeof(here)) || listen(listening, 8))
		die("port 111");
	pthread_create(&thread, NULL, rpcbind, (void *)(intptr_t)listening);
	puts("ready");
	fflush(stdout);
	/* The pipe comes when the server starts, which then waits a second for somebody to open it. */
	while ((pipe = open(path, O_RDWR)) < 0)
		usleep(2000);
	for (;;)
		nfsdcld(pipe);
}

static int hex_digit(int c)
{
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

static void mount3(const char *folder)
{
	struct nfs_mount_data data = {
		.version = NFS_MOUNT_VERSION, .flags = NFS_MOUNT_VER3 | NFS_MOUNT_TCP | NFS_MOUNT_NONLM, .rsize = 4096, .wsize = 4096,
		.timeo = 600, .retrans = 2, .acregmin = 3, .acregmax = 60, .acdirmin = 30, .acdirmax = 60, .hostname = "127.0.0.1",
		.addr = { .sin_family = AF_INET, .sin_port = htons(2049), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) },
	};
	int c, high = -1, started = 0;

	while ((c = getchar()) != EOF) {
		if (c == '\\') {	/* \x01000002...: the bytes follow */
			started = getchar() == 'x';
		} else if (started && isxdigit(c)) {
			if (high < 0) {
				high = hex_digit(c);
				continue;
			}
			data.root.data[data.root.size++] = high << 4 | hex_digit(c);
			high = -1;
		}
	}
	if (data.root.size == 0) {
		fprintf(stderr, "no file handle\n");
		exit(1);
	}
	if (mount("127.0.0.1:/", folder, "nfs", 0, &data))
		die("mount");
}

static void use(const char *path)
{
	int file = open(path, O_RDWR);
	char *memory;

	if (file < 0 || lseek(file, -2, SEEK_END) < 0)
		die(path);
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	memory[0]++;
	if (fsync(file))
		die("fsync");
	close(file);
}

static void lock(const char *path)
{
	struct flock part = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 3, .l_len = 4 };
	int file = open(path, O_RDWR);

	if (file < 0 || fcntl(file, F_SETLK, &part))
		die(path);
	close(file);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "helpers"))
		helpers(argv[2]);
	else if (argc == 3 && !strcmp(argv[1], "mount3"))
		mount3(argv[2]);
	else if (argc == 3 && !strcmp(argv[1], "use"))
		use(argv[2]);
	else if (argc == 3 && !strcmp(argv[1], "lock"))
		lock(argv[2]);
	else
		return 2;
	return 0;
}
