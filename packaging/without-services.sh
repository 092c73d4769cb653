#!/bin/sh
# Runs a command, such as apt-get install, while no package may start a service; then all is as it was.
# usage: packaging/without-services.sh COMMAND [ARGUMENT...]
# Debian's packages ask /usr/sbin/policy-rc.d before they start anything; 101 means no. One that stood there comes back.
set -u
policy=${LAYDOWN_POLICY:-/usr/sbin/policy-rc.d}
kept=$policy.laydown-kept
mark="# laydown: no service starts while packages are installed"

restore() {
    if [ -e "$kept" ] || [ -L "$kept" ]; then mv -f "$kept" "$policy"
    elif grep -qsF "$mark" "$policy"; then rm -f "$policy"; fi
}

forbid() {
    # One of ours without a kept one is left from a run that was killed; it is no policy of the machine's owner.
    if { [ -e "$policy" ] || [ -L "$policy" ]; } && ! grep -qsF "$mark" "$policy"; then mv "$policy" "$kept" || exit 1; fi
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy" && chmod 755 "$policy" || exit 1
}

trap restore EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
forbid
"$@"
