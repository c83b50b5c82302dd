static unsigned long checks;

static void random_string(char *to, unsigned int most)
{
	unsigned int n = chance(4) ? chance(most + 1) : most, i;

	for (i = 0; i < n; i++)
		to[i] = chance(8) ? "ab\x80\xff"[chance(4)] : (char)(1 + chance(255));
	to[n] = '\0';
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

int main(void)
{
	struct tapc_hit hit = { 0 };
	char a[3 * TAPC_STRLEN], b[3 * TAPC_STRLEN], whole[6 * TAPC_STRLEN];
	int round, alias;

	for (round = 0; round < 20000; round++) {
		/* Of exact size, so that one byte too many is an error. */
		char *dst = malloc(TAPC_STRLEN);
		char kept[TAPC_KEY] __aligned(8), text[TAPC_KEY] __aligned(8);
		unsigned int before = hit.truncated, shift = chance(8);
		char *moved = malloc(sizeof(a) + 8);

		random_string(a, TAPC_STRLEN + 5);
		random_string(b, TAPC_STRLEN - 1);
		tapc_copy(&hit, dst, a);
		expect(strlen(dst) == min(strlen(a), TAPC_STRLEN - 1ul) && !strncmp(dst, a, TAPC_STRLEN - 1), "copy");
		expect((hit.truncated > before) == (strlen(a) >= TAPC_STRLEN), "copy: cut not counted");
		strcpy(a, dst);

		/* A joined string is the same wherever the parts lie, also in place of a part. */
		for (alias = 0; alias < 3; alias++) {
			before = hit.truncated;
			strcpy(whole, a);
			strcat(whole, b);
			if (alias == 1)
				strcpy(dst, a);
			else if (alias == 2)
				strcpy(dst, b);
			tapc_concat(&hit, dst, alias == 1 ? dst : a, alias == 2 ? dst : b);
			expect((hit.truncated > before) == (strlen(whole) >= TAPC_STRLEN), "concat: cut not counted");
			whole[TAPC_STRLEN - 1] = '\0';
			expect(!strcmp(dst, whole), "concat %d", alias);
		}
		strcpy(dst, a);
		strcpy(whole, a);
		strcat(whole, a);
		whole[TAPC_STRLEN - 1] = '\0';
		tapc_append(&hit, dst, dst);
		expect(!strcmp(dst, whole), "append to itself");

		expect(sign(tapc_compare(a, b)) == sign(strcmp(a, b)), "compare");
		expect(!tapc_compare(a, a), "compare with itself");

		/* A hash does not depend on the alignment or on what lies behind the NUL; equality is that of strings as cut. */
		random_string(whole, TAPC_STRLEN + 9);
		strcpy(moved + shift, whole);
		memset(kept, 1 + chance(255), sizeof(kept));
		before = hit.truncated;
		tapc_key_set(&hit, kept, whole);
		expect((hit.truncated > before) == (strlen(whole) >= TAPC_STRLEN), "key: cut not counted");
		tapc_copy(&hit, text, whole);
		expect(!strcmp(kept, text), "a key is the string, cut");
		expect(tapc_hash_string(7, kept) == tapc_hash_string(7, moved + shift), "hash at %u", shift);
		expect(tapc_same(kept, moved + shift), "same at %u", shift);
		whole[TAPC_STRLEN - 1] = '\0';
		expect(tapc_same(kept, b) == !strcmp(whole, b), "same as another");
		if (strcmp(whole, b))
			expect(tapc_hash_string(0, whole) != tapc_hash_string(0, b), "two hashes of 64 bits alike");
		checks += 14;
		free(dst);
		free(moved);
	}
	printf("%lu checks\n", checks);
	return 0;
}
