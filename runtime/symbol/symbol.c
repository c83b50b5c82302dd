#include <linux/kallsyms.h>
#include <linux/ptrace.h>
#include <linux/seq_file.h>

/*
 * `name+0x12/0x34 [module]`, or the address in hex, into KSYM_SYMBOL_LEN bytes; returns how many it took. As sprint_symbol(), which would be
 * one symbol more: a file of nobody's has neither a lock to take nor a buffer to grow.
 */
static unsigned int tapc_symbol_print(char *text, unsigned long address)
{
	struct seq_file file = { .buf = text, .size = KSYM_SYMBOL_LEN };

	seq_printf(&file, "%pS", (void *)address);
	return file.count;
}

/* `name`, or the address in hex where it has none. */
static void tapc_symbol_name(struct tapc_hit *hit, char *dst, s64 address)
{
	char text[KSYM_SYMBOL_LEN];
	unsigned int n = 0;

	tapc_symbol_print(text, address);
	while (text[n] && text[n] != '+')
		n++;
	text[n] = '\0';
	tapc_copy(hit, dst, text);
}

/* `name+0x12/0x34 [module]`, or the address in hex. `text` has KSYM_SYMBOL_LEN bytes, and some for "[kernel]". */
static unsigned int tapc_symbol_place(char *text, unsigned long address)
{
	static const char kernel[] = " [kernel]";
	unsigned int n = tapc_symbol_print(text, address);

	if (n && text[n - 1] != ']' && text[0] != '0') {
		memcpy(text + n, kernel, sizeof(kernel));
		n += sizeof(kernel) - 1;
	}
	return n;
}

#define TAPC_SYMBOL_PLACE (KSYM_SYMBOL_LEN + 16)

static void tapc_symbol_data(struct tapc_hit *hit, char *dst, s64 address)
{
	char text[TAPC_SYMBOL_PLACE];

	tapc_symbol_place(text, address);
	tapc_copy(hit, dst, text);
}

/* Name of the module that an address belongs to, "kernel" for the kernel itself, empty where nobody knows. */
static void tapc_symbol_module(struct tapc_hit *hit, char *dst, s64 address)
{
	char text[TAPC_SYMBOL_PLACE];
	unsigned int n = tapc_symbol_place(text, address), i;

	dst[0] = '\0';
	if (!n || text[n - 1] != ']')
		return;
	text[n - 1] = '\0';
	for (i = n - 1; i && text[i - 1] != '['; i--)
		;
	tapc_copy(hit, dst, text + i);
	/* A build id may follow the name. */
	for (n = 0; dst[n] && dst[n] != ' '; n++)
		;
	dst[n] = '\0';
}
