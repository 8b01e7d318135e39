package nfs3

import (
	"context"
	"fmt"
	"slices"

	"bluecore.internal/lab/simnfs/internal/sunrpc"
	"bluecore.internal/lab/simnfs/internal/xdr"
)

// MountProgram is version 3 of the MOUNT protocol (RFC 1813 appendix I).
var MountProgram = sunrpc.Program{Number: 100005, Version: 3}

const mountProcMnt = 1

// mountReasons says for each mountstat3 (RFC 1813 §5.1.5) what to look at.
var mountReasons = map[uint32]string{
	1:     "MNT3ERR_PERM, not owner",
	2:     "MNT3ERR_NOENT, no such directory: look at the path, and at the server's exports",
	5:     "MNT3ERR_IO, the server could not read it",
	13:    "MNT3ERR_ACCES, permission denied: does the server export this path, and to this address?",
	20:    "MNT3ERR_NOTDIR, not a directory",
	22:    "MNT3ERR_INVAL, invalid argument",
	63:    "MNT3ERR_NAMETOOLONG, path too long",
	10004: "MNT3ERR_NOTSUPP, not supported",
	10006: "MNT3ERR_SERVERFAULT, a failure on the server: its log says more",
}

// MountRefusedError says that a server does not let a path be mounted.
type MountRefusedError struct {
	Path   string
	Reason string
}

func (e *MountRefusedError) Error() string {
	return fmt.Sprintf("the server refuses %s: %s", e.Path, e.Reason)
}

// Mount asks a server's mount daemon for the handle of an exported directory (RFC 1813 §5.2.1).
// Errors: *MountRefusedError, and those of sunrpc.Client.Call.
func Mount(ctx context.Context, mountd *sunrpc.Client, path string) (FileHandle, error) {
	d, err := mountd.Call(ctx, mountProcMnt, sunrpc.Credentials{}, func(e *xdr.Encoder) { e.String(path) })
	if err != nil {
		return "", err
	}
	status := d.Uint32()
	if d.Err() != nil {
		return "", d.Err()
	}
	if status != 0 {
		reason, known := mountReasons[status]
		if !known {
			reason = fmt.Sprintf("mount status %d", status)
		}
		return "", &MountRefusedError{Path: path, Reason: reason}
	}
	fh := takeHandle(d)
	var flavours []uint32
	for n := d.Uint32(); n > 0 && d.Err() == nil; n-- {
		flavours = append(flavours, d.Uint32())
	}
	if d.Err() != nil {
		return "", d.Err()
	}
	if len(flavours) > 0 && !slices.Contains(flavours, sunrpc.AuthSys) {
		return "", &MountRefusedError{Path: path, Reason: fmt.Sprintf(
			"it takes only the security flavours %v, and simnfs speaks AUTH_SYS: export it with sec=sys", flavours)}
	}
	return fh, nil
}
