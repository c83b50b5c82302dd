export const HELP = `Usage: tapc stap [options] FILE          run the script in a file
       tapc stap [options] -             run the script on standard input
       tapc stap [options] -e SCRIPT     run this script
       tapc stap [options] -l PROBE      list matching probe points
       tapc stap [options] -L PROBE      list them with their variables

  -p N         stop after pass N: 1 parse, 2 elaborate, 3 translate (prints the C), 4 compile
               (prints the module's path), 5 run
  -e SCRIPT    take the script from the command line
  -E SCRIPT    run this script, too
  -g           guru mode
  -u           take a script of which nothing with an effect is left, too
  -w, -W       no warnings; warnings are errors
  -v           say more
  -k           keep the build folder
  -t           time every hit
  -I DIR       more tapset folders
  -D NM=VAL    set a limit or macro of the module
  -B NM=VAL    an argument of the kernel's make
  -G VAR=VAL   set the first value of a global
  -r TARGET    release, build tree, image or line (6.12) of the target kernel
  -a ARCH      its architecture
  -m MODULE    name of the module
  -o FILE      where its output goes
  -s NUM       megabytes of buffer on each processor
  -c CMD       run CMD beside the script; end with it
  -x PID       what target() is
  -T SECONDS   end after so many
  --modinfo=NM=VAL
               a MODULE_INFO of the module
  --dump-probe-types, --dump-probe-aliases, --dump-functions
               list what there is
  -d, --ldd, --all-modules, -P, -R: accepted; tapc needs neither symbols nor SystemTap's runtime
  --compatible=VERSION, --example, --suppress-handler-errors, --suppress-time-limits, --no-global-var-display

Other options of stap are refused, with the reason. Exit status: 0, or 1 whatever went wrong.
`;
