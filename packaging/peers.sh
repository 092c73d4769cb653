#!/bin/bash
# Offers to install the real programs that the tests talk to; as root only, and no service is started or enabled.
# YES=1 answers yes. Without a terminal and without YES nothing is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
log=.make/peers.log services=.make/services.txt
packages=(snmpd snmp lldpd openssh-server nginx avahi-daemon samba dnsmasq-base isc-dhcp-client nmap tcpdump iproute2
    chromium fonts-dejavu-core poppler-utils openssl qpdf softhsm2 postgresql
    iptables rpm buildah)

say() { echo "laydown: $*"; }
skip() { say "$*; the tests that need them are skipped"; exit 0; }

missing() { # of PACKAGE...: those not installed
    for package; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

on_offer() { # of PACKAGE...: those that this release has
    for package; do
        case $(LC_ALL=C apt-cache policy "$package") in
            *"Candidate: (none)"* | "") say "this release has no package $package" >&2 ;;
            *) echo "$package" ;;
        esac
    done
}

running() { # WHEN: one line for each daemon of these packages that init owns, as a started service is
    for process in /proc/[0-9]*; do
        # Daemons that tests run in namespaces of their own are none of this machine's services.
        [ "$(readlink "$process/ns/net" 2>/dev/null)" = "$(readlink /proc/self/ns/net)" ] || continue
        read -r pid name _ parent _ 2>/dev/null <"$process/stat" || continue
        case $parent:$name in 1:\(snmpd\) | 1:\(lldpd\) | 1:\(nginx\) | 1:\(sshd\) | 1:\(smbd\) | 1:\(nmbd\) | 1:\(avahi-daemon\) | 1:\(postgres\)) echo "$1 $pid $name" ;; esac
    done
}

installed() { dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort; }

disable_services() { # of PACKAGE...: units that the installation enabled would start with the next boot
    for package; do
        dpkg -L "$package" | sed -n 's#^\(/usr\)\?/lib/systemd/system/\([^/@]*\.\(service\|socket\)\)$#\2#p' |
            DPKG_MAINTSCRIPT_PACKAGE=$package xargs -r deb-systemd-helper disable >>$log 2>&1 || true
        dpkg -L "$package" | sed -n 's#^/etc/init.d/##p' | xargs -r -I{} update-rc.d {} disable >>$log 2>&1 || true
    done
}

command -v dpkg-query >/dev/null || skip "this is no Debian or Ubuntu: install ${packages[*]} by hand"
mapfile -t wanted < <(missing "${packages[@]}")
[ "$(id -u)" = 0 ] || [ ${#wanted[@]} -eq 0 ] || skip "not root, so these Debian packages are not installed: ${wanted[*]}"

# What ran before and after, for the test that asserts that nothing was started.
mkdir -p .make
running before >$services
trap 'running after >>$services' EXIT
if [ ${#wanted[@]} -eq 0 ]; then say "the programs that the tests talk to are installed"; exit 0; fi

say "the tests talk to real programs, from these Debian packages: ${wanted[*]}"
say "they are installed now, with what they need; none of their services is started, now or with the next boot"
if [ "${YES:-}" != 1 ]; then
    [ -t 0 ] || skip "no terminal to ask on (YES=1 answers yes), so they are not installed"
    read -r -p "laydown: install them? [y/N] " answer
    [[ $answer == [yY]* ]] || skip "not installed"
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update >$log 2>&1 || say "apt-get update failed (log: $log): going on with the package lists that are here"
mapfile -t wanted < <(on_offer "${wanted[@]}")
installed >.make/before.txt
packaging/without-services.sh apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${wanted[@]}" >>$log 2>&1 ||
    say "apt-get install failed: the reason is at the end of $log"
mapfile -t new < <(installed | comm -13 .make/before.txt -)
printf '%s\n' "${new[@]}" >>.make/installed.txt
disable_services "${new[@]}"
say "installed ${#new[@]} packages (log: $log)"
