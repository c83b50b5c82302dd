#include <linux/moduleparam.h>
#include <linux/types.h>

/* Seconds that local time is behind UTC, as insmod is told. */
static int tapc_west;
module_param_named(west, tapc_west, int, 0444);
MODULE_PARM_DESC(west, "seconds that local time is behind UTC");

static void tapc_two_digits(char *dst, unsigned int n)
{
	dst[0] = '0' + n / 10;
	dst[1] = '0' + n % 10;
}

/* "Thu Jan  1 00:00:00 1970" for 0: seconds since then as a date, in UTC. Empty before March of the year 0 and after 9999. */
static void tapc_calendar(char *dst, s64 seconds)
{
	static const char days[] = "ThuFriSatSunMonTueWed";
	static const char months[] = "MarAprMayJunJulAugSepOctNovDecJanFeb";
	s64 day = seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400);
	unsigned int second = seconds - day * 86400;
	unsigned int weekday = (day % 7 + 7) % 7;
	/* Counted from March of the year 0, the leap day is the last of its year, and 400 years are always as long. */
	u32 era, of_era, year, of_year, month;
	u64 from_zero = day + 719468;

	dst[0] = '\0';
	if (day < -719468 || day >= 2932897 || TAPC_STRLEN < 25)
		return;
	era = from_zero / 146097;
	of_era = from_zero % 146097;
	year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * year + year / 4 - year / 100);
	month = (5 * of_year + 2) / 153;
	year += era * 400 + (month >= 10);
	memcpy(dst, days + 3 * weekday, 3);
	dst[3] = ' ';
	memcpy(dst + 4, months + 3 * month, 3);
	dst[7] = ' ';
	tapc_two_digits(dst + 8, of_year - (153 * month + 2) / 5 + 1);
	if (dst[8] == '0')
		dst[8] = ' ';
	dst[10] = ' ';
	tapc_two_digits(dst + 11, second / 3600);
	dst[13] = ':';
	tapc_two_digits(dst + 14, second / 60 % 60);
	dst[16] = ':';
	tapc_two_digits(dst + 17, second % 60);
	dst[19] = ' ';
	tapc_two_digits(dst + 20, year / 100);
	tapc_two_digits(dst + 22, year % 100);
	dst[24] = '\0';
}
