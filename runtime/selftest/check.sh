#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check.sh MODULE.SYMVERS: which facilities need a symbol that is not there; ends with 1 if any does.
exec awk '
	NR == FNR { there[$2] = 1; next }
	/^#/ { next }
	!($1 in there) { print $2 " needs " $1 ", which this kernel does not export;"; lacks = 1 }
	END { exit lacks }
' "$1" "$(dirname "$0")/symbols.txt"
