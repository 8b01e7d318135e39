package test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"bluecore.internal/lab/simnfs/internal/control"
)

func TestAMountLooksLikeOneOfNFSAndEndsWithItsDaemon(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	info := nodeA.mountinfo(t, m.dir)
	if want := fmt.Sprintf(" - fuse.nfs %s:%s ", nodeA.nas, storage.export("open")); !strings.Contains(info, want) {
		t.Errorf("no %q in %s", want, info)
	}
	daemon := nodeA.path(fmt.Sprintf("/proc/%d/cmdline", m.ctl(t, "status").PID))
	commandLine := func() string { // nothing of one that has ended
		text, _ := os.ReadFile(daemon)
		return string(text)
	}
	if !strings.Contains(commandLine(), "simnfs\x00serve\x00") {
		t.Errorf("the daemon is %q", commandLine())
	}
	got(nodeA.output("umount", m.dir))(t)
	eventually(t, 5*time.Second, "the daemon ends", func() bool { return commandLine() == "" })
	if _, err := os.Stat(nodeA.path(m.socket)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its socket is still there: %v", err)
	}
}

func TestMountsWithoutAPortMapper(t *testing.T) {
	must(t, storage.rpcbind.signal("STOP"))
	defer storage.rpcbind.signal("CONT")
	m := nodeA.mount(t, "open", fmt.Sprintf("port=%d,mountport=%d", nfsPort, mountdPort))
	got(os.ReadDir(m.path("")))(t)
}

func TestReadOnlyAndNoexecAreTheKernels(t *testing.T) {
	must(t, os.WriteFile(storage.file("open", "program"), []byte("#!/bin/sh\necho ran\n"), 0o755))
	ro := nodeA.mount(t, "open", "ro")
	if err := os.WriteFile(ro.path("x"), nil, 0o600); !errors.Is(err, syscall.EROFS) {
		t.Errorf("writing on a mount with ro: %v", err)
	}
	if out, err := nodeA.output(ro.dir + "/program"); err != nil || out != "ran\n" {
		t.Errorf("running a program: %v, %s", err, out)
	}
	noexec := nodeA.mount(t, "open", "noexec")
	if out, err := nodeA.output(noexec.dir + "/program"); exitCode(err) != 126 {
		t.Errorf("running a program on a mount with noexec: %v, %s", err, out)
	}
}

func TestAMountThatFailsSaysWhyAndWhatToDo(t *testing.T) {
	source := nodeA.nas + ":" + storage.export("open")
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"not exported": {[]string{nodeA.nas + ":/nowhere", "/mnt"}, 32,
			"mount.nfs: 10.99.1.1:/nowhere on /mnt: MNT: the server refuses /nowhere: MNT3ERR_"},
		"no directory":   {[]string{source, "/run/missing"}, 32, "no such file or directory"},
		"no such server": {[]string{"nas.invalid:/x", "/mnt"}, 32, "the server's name: lookup nas.invalid"},
		"nobody listens": {[]string{"-o", "mountport=9", source, "/mnt"}, 32,
			"MNT: no answer in time: dial tcp 10.99.1.1:9: connect: connection refused"},
		"everything at once": {[]string{"-o", "soft,port=x,frobnicate", "nas", "/mnt"}, 1,
			"mount.nfs: soft is not to be had: calls wait forever here: mount hard\n" +
				"mount.nfs: port=x: give a number from 0 to 65535\n" +
				"mount.nfs: unknown option \"frobnicate\": leave it out, or mount with -s (sloppy) to have such options ignored\n" +
				"mount.nfs: the source \"nas\" must be SERVER:/PATH, with an IPv6 address in brackets\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := nodeA.output(append([]string{"/sbin/mount.nfs"}, c.args...)...)
			if exitCode(err) != c.code || !strings.Contains(out, c.want) {
				t.Errorf("got  %v: %s\nwant exit status %d: %s", err, out, c.code, c.want)
			}
		})
	}
}

func TestASloppyOrFakeMountDoesNoMoreThanAsked(t *testing.T) {
	got(nodeA.output("mount", "-s", "-f", "-t", "nfs", "-o", "frobnicate", "nas.invalid:/x", "/mnt"))(t)
	if info := nodeA.mountinfo(t, "/mnt"); info != "" {
		t.Errorf("a fake mount was made: %s", info)
	}
}

func TestCtlReachesEachMountOfAMachine(t *testing.T) {
	a, b := nodeA.mount(t, "open", ""), nodeA.mount(t, "squashed", "")
	socket := nodeA.path("/run/simnfs/left-behind.sock")
	fd := got(syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0))(t)
	must(t, syscall.Bind(fd, &syscall.SockaddrUnix{Name: socket}))
	must(t, syscall.Close(fd))
	defer os.Remove(socket)

	out := nodeA.simnfs(t, "ctl", "all", "error", "ENOSPC", "grow")
	for _, m := range []*mounted{a, b} {
		if rules := m.ctl(t, "status").Rules; len(rules) != 1 || rules[0] != "error ENOSPC grow" {
			t.Errorf("%s has the rules %q", m.dir, rules)
		}
		if want := " on " + m.dir + ": faults: error ENOSPC grow\n"; !strings.Contains(out, want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
	if out := nodeA.simnfs(t, "ctl", a.socket, "status"); !strings.Contains(out, "faults: error ENOSPC grow") || !strings.Contains(out, "seen:") {
		t.Errorf("status for people:\n%s", out)
	}
	nodeA.simnfs(t, "ctl", "all", "heal")
	all := decode[[]control.Status](t, nodeA.simnfs(t, "ctl", "--json", "all", "status"))
	if len(all) != 2 || len(all[0].Rules)+len(all[1].Rules) != 0 {
		t.Errorf("after heal: %+v", all)
	}
	one := decode[control.Status](t, nodeA.simnfs(t, "ctl", a.socket, "cut", "--json"))
	if !one.Cut || one.Target != a.dir || one.Source != nodeA.nas+":"+storage.export("open") {
		t.Errorf("after cut: %+v", one)
	}
	a.ctl(t, "heal")
}

func TestCtlRefusesWhatItDoesNotUnderstand(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	for name, c := range map[string]struct {
		on   *node
		args []string
		want string
	}{
		"no verb":           {nodeA, []string{m.socket}, "name a socket or all, and what to do"},
		"unknown verb":      {nodeA, []string{m.socket, "explode"}, `"explode" is no fault: use delay error hang`},
		"unknown operation": {nodeA, []string{m.socket, "hang", "wriet"}, `"wriet" is no operation: OPS is some of`},
		"too much":          {nodeA, []string{"all", "heal", "fsync"}, `heal takes nothing behind it, got "fsync"`},
		"no daemon":         {nodeA, []string{"/run/nothing.sock", "status"}, "no such file or directory"},
		"no mount":          {nodeB, []string{"all", "cut"}, "nothing is mounted here"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := c.on.output(append([]string{c.on.program, "ctl"}, c.args...)...)
			if exitCode(err) != 1 || !strings.Contains(out, c.want) {
				t.Errorf("got %v: %s\nwant exit status 1: …%s…", err, out, c.want)
			}
		})
	}
	if rules := m.ctl(t, "status").Rules; len(rules) != 0 {
		t.Errorf("a refused request left rules behind: %q", rules)
	}
	nodeB.simnfs(t, "ctl", "all", "heal") // is fine where nothing is mounted
}
