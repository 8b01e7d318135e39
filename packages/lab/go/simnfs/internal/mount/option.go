package mount

import (
	"slices"
	"strings"
	"time"
)

// without are options of nfs(5) and mount(8) that change nothing here: simnfs does as they say in any case, or they
// are about what it does not have.
var without = strings.Fields(`
	hard intr nointr fg nolock noacl nordirplus rdirplus nosharecache sharecache nofsc cto resvport noresvport
	rsize wsize bsize timeo retrans retry acregmax acdirmin acdirmax ac namlen local_lock nconnect max_connect
	addr clientaddr mountaddr mounthost mountproto mountvers async
	defaults rw exec suid nosuid dev nodev atime noatime diratime nodiratime relatime norelatime strictatime
	lazytime nolazytime auto noauto user nouser users owner group nofail _netdev comment iversion noiversion mand nomand`)

// fixed are options of which only one value is true of simnfs.
var fixed = map[string]string{
	"nfsvers": "3",
	"vers":    "3",
	"proto":   "tcp",
	"sec":     "sys",
}

// refused are options whose promise simnfs would break.
var refused = map[string]string{
	"soft":      "calls wait forever here: mount hard",
	"softerr":   "calls wait forever here: mount hard",
	"softreval": "calls wait forever here: mount hard",
	"lock":      "locks stay on this machine here, the server does not know of them: mount nolock",
	"nocto":     "files are compared with the server at each open here",
	"bg":        "a mount that fails is not tried again in the background here: let the caller do it",
	"udp":       "only TCP is spoken here",
	"remount":   "unmount and mount again",
}

// option reads one option of -o.
func (p *parser) option(key, value string) {
	r := &p.request
	switch key {
	case "":
	case "ro":
		r.ReadOnly = true
	case "noexec":
		r.NoExec = true
	case "sync":
		r.Sync = true
	case "noac":
		r.AttrCache = 0
	case "actimeo", "acregmin":
		r.AttrCache = time.Duration(p.number(key, value, 0, 3600)) * time.Second
	case "port":
		r.Port = p.number(key, value, 0, 65535)
	case "mountport":
		r.MountPort = p.number(key, value, 0, 65535)
	case "tcp":
	case "simnfs_ctl":
		r.Socket = value
	case "simnfs_killable":
		r.Killable = true
	default:
		p.otherOption(key, value)
	}
}

// otherOption judges an option that is not acted upon.
func (p *parser) otherOption(key, value string) {
	if want, ok := fixed[key]; ok {
		if value != want {
			p.problem("%s=%s: simnfs is only %s=%s", key, value, key, want)
		}
		return
	}
	if why, ok := refused[key]; ok {
		p.problem("%s is not to be had: %s", key, why)
		return
	}
	if strings.HasPrefix(strings.ToLower(key), "x-") || slices.Contains(without, key) || p.sloppy {
		return
	}
	p.problem("unknown option %q: leave it out, or mount with -s (sloppy) to have such options ignored", key)
}
