# Shell functions for the jobs of the test guest: `. /lib/tapc.sh`.
