package nfs3

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"bluecore.internal/lab/simnfs/internal/xdr"
)

// unhex reads hexadecimal digits; behind -- a line says what they are.
func unhex(t *testing.T, text string) []byte {
	t.Helper()
	var digits strings.Builder
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "--")
		digits.WriteString(strings.Join(strings.Fields(line), ""))
	}
	p, err := hex.DecodeString(digits.String())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const fattr = `
00000001          -- type NF3REG
000001a4          -- mode 0644
00000002          -- nlink
000003e7 000003e8 -- uid 999, gid 1000
0000000100000002  -- size
0000000000003000  -- used
00000008 00000011 -- rdev 8, 17
00000000000000aa  -- fsid
00000000000000bb  -- fileid
00000001 00000002 -- atime
00000003 00000004 -- mtime
00000005 00000006 -- ctime`

var decodedFattr = Attr{
	Type: Regular, Mode: 0o644, Links: 2, UID: 999, GID: 1000, Size: 1<<32 + 2, Used: 0x3000,
	Device: Device{8, 17}, FSID: 0xaa, FileID: 0xbb, Access: Time{1, 2}, Modify: Time{3, 4}, Change: Time{5, 6},
}

func TestDecodesAttributesInTheOrderOfRFC1813(t *testing.T) {
	d := xdr.NewDecoder(unhex(t, fattr))
	if a := takeAttr(d); a != decodedFattr || d.Err() != nil || d.Len() != 0 {
		t.Errorf("got %+v, error %v, %d bytes left", a, d.Err(), d.Len())
	}
}

func TestDecodesWeakCacheData(t *testing.T) {
	before := "00000001 0000000000000001 0000000100000002 0000000300000004"
	cases := map[string]struct {
		message string
		want    *Attr
	}{
		"nothing":          {"00000000 00000000", nil},
		"before":           {before + "00000000", nil},
		"after":            {"00000000 00000001\n" + fattr, &decodedFattr},
		"before and after": {before + "00000001\n" + fattr, &decodedFattr},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := xdr.NewDecoder(unhex(t, c.message))
			a := takeWeakCache(d)
			if d.Err() != nil || d.Len() != 0 {
				t.Fatalf("error %v, %d bytes left", d.Err(), d.Len())
			}
			if (a == nil) != (c.want == nil) || a != nil && *a != *c.want {
				t.Errorf("got %+v", a)
			}
		})
	}
}

func TestEncodesOnlyTheAttributesThatAreSet(t *testing.T) {
	mode, uid, size := uint32(0o600), uint32(999), uint64(1<<32)
	cases := map[string]struct {
		set  SetAttr
		want string
	}{
		"none": {SetAttr{}, `00000000 00000000 00000000 00000000 00000000 00000000`},
		"mode and times of the server": {SetAttr{Mode: &mode, Access: ServerTime, Modify: ServerTime}, `
			00000001 00000180 -- mode
			00000000 00000000 00000000 -- uid, gid, size
			00000001 00000001 -- SET_TO_SERVER_TIME twice`},
		"owner, size and a time": {SetAttr{UID: &uid, Size: &size, Modify: ClientTime(Time{7, 8})}, `
			00000000                   -- mode
			00000001 000003e7 00000000 -- uid, gid
			00000001 0000000100000000  -- size
			00000000                   -- atime DONT_CHANGE
			00000002 00000007 00000008 -- mtime SET_TO_CLIENT_TIME`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var e xdr.Encoder
			c.set.encode(&e)
			if want := unhex(t, c.want); !bytes.Equal(e.Bytes(), want) {
				t.Errorf("got  %x\nwant %x", e.Bytes(), want)
			}
		})
	}
}

func TestStatusesBecomeWhatProgramsKnow(t *testing.T) {
	for status, want := range map[Status]struct {
		text  string
		errno syscall.Errno
	}{
		28:    {"NFS3ERR_NOSPC", syscall.ENOSPC},
		63:    {"NFS3ERR_NAMETOOLONG", syscall.ENAMETOOLONG}, // 63 is ENOSR on Linux
		66:    {"NFS3ERR_NOTEMPTY", syscall.ENOTEMPTY},       // 66 is EREMOTE on Linux
		69:    {"NFS3ERR_DQUOT", syscall.EDQUOT},
		70:    {"NFS3ERR_STALE", syscall.ESTALE},
		10001: {"NFS3ERR_BADHANDLE", syscall.ESTALE},
		4711:  {"NFS status 4711", syscall.EIO},
	} {
		if status.Error() != want.text || status.Errno() != want.errno {
			t.Errorf("status %d: got %q, %v, want %q, %v", status, status.Error(), status.Errno(), want.text, want.errno)
		}
	}
}

func TestAsksAgainWhileTheServerSaysJukebox(t *testing.T) {
	answers := []error{errJukebox, errJukebox, Status(28)}
	tries := 0
	_, err := whenReady(context.Background(), time.Millisecond, func() (*xdr.Decoder, error) {
		tries++
		return nil, answers[tries-1]
	})
	if tries != 3 || err != Status(28) {
		t.Errorf("%d tries, error %v; want 3 and NFS3ERR_NOSPC", tries, err)
	}
}

func TestAMountGivesUpOnJukeboxInTime(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := whenReady(ctx, time.Hour, func() (*xdr.Decoder, error) { return nil, errJukebox })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
}
