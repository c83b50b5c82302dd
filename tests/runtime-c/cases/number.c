static s64 number(void)
{
	static const s64 edges[] = { 0, 1, -1, 2, -2, S64_MAX, S64_MIN, S64_MIN + 1, INT_MAX, INT_MIN };

	return chance(3) ? (s64)(chance(U64_MAX) << chance(32) >> chance(60)) - (s64)chance(1000) : edges[chance(10)];
}

int main(void)
{
	unsigned long checks = 0;
	int round;

	for (round = 0; round < 200000; round++) {
		struct tapc_hit hit = { 0 };
		s64 a = number(), b = number();
		unsigned int size = 1 + chance(64), offset = chance(65 - size);
		s64 quotient = tapc_divide(&hit, "", a, b), rest = tapc_modulo(&hit, "", a, b);

		if (b) {
			expect(!hit.error, "%lld / %lld", a, b);
			expect((u64)quotient * b + rest == (u64)a, "%lld / %lld is %lld", a, b, quotient);
			expect(b == -1 || quotient == a / b, "%lld / %lld is %lld", a, b, quotient);
		} else {
			expect(hit.error && !strcmp(hit.error, "division by 0") && !quotient && !rest, "%lld / 0", a);
		}
		expect(tapc_shift_left(a, b) == (s64)((u64)a << ((u64)b % 64)), "%lld << %lld", a, b);
		expect(tapc_shift_right(a, b) == a >> ((u64)b % 64), "%lld >> %lld", a, b);
		expect(tapc_shift_right_logical(a, b) == (s64)((u64)a >> ((u64)b % 64)), "%lld >>> %lld", a, b);

		u64 field = ((u64)a >> offset) & (size == 64 ? ~0ULL : (1ULL << size) - 1);

		expect((u64)tapc_bits(a, offset, size) == field, "bits %u of %u", size, offset);
		expect(((u64)tapc_bits_signed(a, offset, size) ^ field) << (64 - size) == 0, "signed bits");
		expect((tapc_bits_signed(a, offset, size) < 0) == (field >> (size - 1) & 1), "sign of %u bits from %u of %llx", size, offset, (u64)a);
		checks += 8;
	}
	printf("%lu checks\n", checks);
	return 0;
}
