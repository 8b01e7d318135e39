package sunrpc

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"

	"bluecore.internal/lab/simnfs/internal/xdr"
)

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

// A GETATTR call put together by hand from rpc_msg, call_body, opaque_auth (RFC 5531 §9, §8.2), authsys_parms
// (appendix A) and GETATTR3args (RFC 1813 §3.3.1).
const getattrCall = `
80000054                   -- last fragment, 84 bytes
12345678                   -- xid
00000000                   -- CALL
00000002                   -- RPC version 2
000186a3                   -- program 100003
00000003                   -- version 3
00000001                   -- procedure GETATTR
00000001 00000024          -- AUTH_SYS, 36 bytes
  00000000                 -- stamp
  00000006 73696d6e66730000 -- machine name "simnfs"
  000003e7 000003e8        -- uid 999, gid 1000
  00000002 0000000a 0000000b -- groups 10, 11
00000000 00000000          -- AUTH_NONE verifier
00000004 01020304          -- file handle
`

func TestEncodesACallAsTheRFCLaysItOut(t *testing.T) {
	message := encodeCall(0x12345678, Program{100003, 3}, 1, Credentials{UID: 999, GID: 1000, Groups: []uint32{10, 11}},
		func(e *xdr.Encoder) { e.Opaque([]byte{1, 2, 3, 4}) })
	mark(message)
	if want := unhex(t, getattrCall); !bytes.Equal(message, want) {
		t.Errorf("got  %x\nwant %x", message, want)
	}
}

func TestSendsNoMoreThanSixteenGroups(t *testing.T) {
	var e xdr.Encoder
	Credentials{Groups: make([]uint32, 40)}.encode(&e)
	d := xdr.NewDecoder(e.Bytes())
	d.Uint32()
	body := xdr.NewDecoder(d.Opaque(maxAuth))
	body.Uint32()
	body.String(255)
	body.Uint64()
	if n := body.Uint32(); n != 16 || body.Len() != 16*4 {
		t.Errorf("%d groups in %d bytes, want 16 in 64 (RFC 5531 appendix A: gids<16>)", n, body.Len())
	}
}

func TestDecodesReplies(t *testing.T) {
	cases := map[string]struct {
		reply string
		want  string // error, or "" for results
	}{
		"success":               {"00000001 00000000 00000000 00000000 00000000 deadbeef", ""},
		"success with verifier": {"00000001 00000000 00000001 00000004 aaaaaaaa 00000000 deadbeef", ""},
		"program unavailable":   {"00000001 00000000 00000000 00000000 00000001", "RPC rejected: program unavailable"},
		"garbage arguments":     {"00000001 00000000 00000000 00000000 00000004", "RPC rejected: the server could not read the arguments"},
		"unknown status":        {"00000001 00000000 00000000 00000000 0000002a", "RPC rejected: status 42"},
		"version refused":       {"00000001 00000001 00000000 00000003 00000004", "RPC rejected: the server's lowest RPC version is 3"},
		"credential refused":    {"00000001 00000001 00000001 00000005", "RPC rejected: authentication: too weak"},
		"a call":                {"00000000 00000002", "RPC rejected: message type 0 is not a reply"},
		"cut short":             {"00000001 00000000 00000000", "malformed XDR: 4 bytes expected, 0 left"},
		"verifier too long":     {"00000001 00000000 00000000 00000191", "malformed XDR: opaque data of 401 bytes, at most 400 allowed"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d, err := decodeReply(unhex(t, c.reply))
			if c.want != "" {
				if err == nil || err.Error() != c.want {
					t.Fatalf("got %v, want %q", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if v := d.Uint32(); v != 0xdeadbeef || d.Len() != 0 {
				t.Errorf("results %x with %d bytes behind", v, d.Len())
			}
		})
	}
}

func TestReadsARecordFromItsFragments(t *testing.T) {
	r := bytes.NewReader(unhex(t, "00000002 0102 00000000 80000001 03  80000001 04"))
	for _, want := range [][]byte{{1, 2, 3}, {4}} {
		if got, err := readRecord(r); err != nil || !bytes.Equal(got, want) {
			t.Errorf("got %x, %v, want %x", got, err, want)
		}
	}
	if _, err := readRecord(r); !errors.Is(err, io.EOF) {
		t.Errorf("got %v at the end, want EOF", err)
	}
}

func TestRefusesRecordsWithoutEnd(t *testing.T) {
	if _, err := readRecord(bytes.NewReader(unhex(t, "ffffffff"))); err == nil || !strings.Contains(err.Error(), "record of more than") {
		t.Errorf("a fragment of 2 GiB: got %v", err)
	}
	if _, err := readRecord(bytes.NewReader(unhex(t, "80000008 0102"))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a fragment cut short: got %v", err)
	}
}
