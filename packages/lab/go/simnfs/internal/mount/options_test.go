package mount

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// basic is what mount(8) makes of the chart's volumes.
func basic() Request {
	return Request{
		Source: "nas:/bluecore/files", Host: "nas", Path: "/bluecore/files", Target: "/mnt",
		AttrCache: 3 * time.Second, Socket: "/run/simnfs/350ccb0b-mnt.sock",
	}
}

func TestReadsWhatMountHandsOver(t *testing.T) {
	cases := map[string]struct {
		args string
		want func(*Request)
	}{
		"nothing more":           {"nas:/bluecore/files /mnt", func(*Request) {}},
		"options of a volume":    {"nas:/bluecore/files /mnt -o rw,hard,nfsvers=3,proto=tcp,timeo=600,noatime", func(*Request) {}},
		"flags of mount(8)":      {"nas:/bluecore/files /mnt -rvn -o rsize=65536", func(r *Request) { r.ReadOnly = true }},
		"writable after all":     {"-r -w nas:/bluecore/files /mnt", func(*Request) {}},
		"ro":                     {"-o ro nas:/bluecore/files /mnt", func(r *Request) { r.ReadOnly = true }},
		"options run together":   {"-oro,noexec nas:/bluecore/files /mnt", func(r *Request) { r.ReadOnly, r.NoExec = true, true }},
		"options given twice":    {"-o ro -o sync nas:/bluecore/files /mnt", func(r *Request) { r.ReadOnly, r.Sync = true, true }},
		"ports":                  {"nas:/bluecore/files /mnt -o port=2049,mountport=20048", func(r *Request) { r.Port, r.MountPort = 2049, 20048 }},
		"no attribute cache":     {"nas:/bluecore/files /mnt -o noac", func(r *Request) { r.AttrCache = 0 }},
		"a long attribute cache": {"nas:/bluecore/files /mnt -o actimeo=60", func(r *Request) { r.AttrCache = time.Minute }},
		"killable":               {"nas:/bluecore/files /mnt -o simnfs_killable", func(r *Request) { r.Killable = true }},
		"a socket":               {"nas:/bluecore/files /mnt -o simnfs_ctl=/tmp/s.sock", func(r *Request) { r.Socket = "/tmp/s.sock" }},
		"for others":             {"nas:/bluecore/files /mnt -o x-systemd.automount,_netdev", func(*Request) {}},
		"sloppy":                 {"-s nas:/bluecore/files /mnt -o frobnicate=9", func(*Request) {}},
		"sloppy, said late":      {"nas:/bluecore/files /mnt -o frobnicate=9 -s", func(*Request) {}},
		"fake":                   {"-f nas:/bluecore/files /mnt", func(r *Request) { r.Fake = true }},
		"an IPv6 address": {"[2001:db8::1]:/x /mnt", func(r *Request) {
			r.Source, r.Host, r.Path = "[2001:db8::1]:/x", "2001:db8::1", "/x"
		}},
		"the root, and a path to clean": {"nas:/ /mnt/../mnt/", func(r *Request) { r.Source, r.Path = "nas:/", "/" }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			want := basic()
			c.want(&want)
			have, err := Parse(strings.Fields(c.args))
			if err != nil {
				t.Fatal(err)
			}
			if *have != want {
				t.Errorf("got  %+v\nwant %+v", *have, want)
			}
		})
	}
}

func TestSaysAllThatIsWrongAtOnce(t *testing.T) {
	for args, want := range map[string][]string{
		"":                              {`give SERVER:/PATH and a directory to mount it on; got []`},
		"nas:/x":                        {`give SERVER:/PATH and a directory to mount it on; got ["nas:/x"]`},
		"nas:/x /a /b":                  {`give SERVER:/PATH and a directory to mount it on; got ["nas:/x" "/a" "/b"]`},
		"nas /mnt":                      {`the source "nas" must be SERVER:/PATH, with an IPv6 address in brackets`},
		":/x /mnt":                      {`the source ":/x" must be SERVER:/PATH, with an IPv6 address in brackets`},
		"nas:/x /mnt -o":                {`-o needs options behind it`},
		"nas:/x /mnt -z":                {`unknown flag -z: mount.nfs takes -r -w -s -f -n -v and -o`},
		"nas:/x /mnt -o vers=4.2":       {`vers=4.2: simnfs is only vers=3`},
		"nas:/x /mnt -o sec=krb5p":      {`sec=krb5p: simnfs is only sec=sys`},
		"nas:/x /mnt -o remount,ro":     {`remount is not to be had: unmount and mount again`},
		"nas:/x /mnt -o soft,lock":      {`soft is not to be had: calls wait forever here: mount hard`, `lock is not to be had: locks stay on this machine here, the server does not know of them: mount nolock`},
		"nas:/x /mnt -o port=70000":     {`port=70000: give a number from 0 to 65535`},
		"nas:/x /mnt -o actimeo=-1":     {`actimeo=-1: give a number from 0 to 3600`},
		"nas:/x /mnt -o frob,proto=udp": {`unknown option "frob": leave it out, or mount with -s (sloppy) to have such options ignored`, `proto=udp: simnfs is only proto=tcp`},
		"nas:/x /mnt -o simnfs_ctl=/" + strings.Repeat("x", 107): {`simnfs_ctl=/` + strings.Repeat("x", 107) + ` is too long: a unix socket's path has at most 107 bytes`},
	} {
		t.Run(args, func(t *testing.T) {
			_, err := Parse(strings.Fields(args))
			var usage *UsageError
			if !errors.As(err, &usage) || !slices.Equal(usage.Problems, want) {
				t.Errorf("got  %q\nwant %q", err, want)
			}
		})
	}
}

func TestSocketsOfKubeletsMountsAreShortAndDistinct(t *testing.T) {
	target := func(pod string) string {
		return "/var/lib/kubelet/pods/" + pod + "/volumes/kubernetes.io~nfs/bluecore-" + strings.Repeat("a-long-name-", 12)
	}
	one, other := defaultSocket(target("0d7b2d66-3f4c-4d5e-8a42-2f4f1c1c0a01")), defaultSocket(target("9c1e7a55-90ab-4c1d-b7f0-6f8d2b3e4c02"))
	if one == other || len(one) > maxSocketPath {
		t.Errorf("%s and %s", one, other)
	}
}
