package mount

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"bluecore.internal/lab/simnfs/internal/nfs3"
	"bluecore.internal/lab/simnfs/internal/nfsfs"
	"bluecore.internal/lab/simnfs/internal/sunrpc"
)

// connectLimit is how long a server may take to let a directory be mounted. Linux tries for two minutes (retry in
// nfs(5)); kubelet, which tries again by itself, is better served with an early word.
const connectLimit = 15 * time.Second

// connect asks the server for the directory and returns the file system on it and the connection that carries it.
func connect(r *Request) (*nfsfs.FS, *sunrpc.Client, error) {
	ctx, cancel := context.WithTimeout(context.Background(), connectLimit)
	defer cancel()
	address, err := resolve(ctx, r.Host)
	if err != nil {
		return nil, nil, err
	}
	root, err := askForRoot(ctx, r, address)
	if err != nil {
		return nil, nil, err
	}
	port, err := portOf(ctx, address, "nfs", "port", nfs3.Program, r.Port)
	if err != nil {
		return nil, nil, err
	}
	rpc := sunrpc.NewClient(net.JoinHostPort(address, strconv.Itoa(port)), nfs3.Program)
	client := &nfs3.Client{RPC: rpc}
	limits, err := client.FSInfo(ctx, sunrpc.Credentials{}, root)
	if err != nil {
		rpc.Close()
		return nil, nil, fmt.Errorf("FSINFO: %w", err)
	}
	return nfsfs.New(client, root, limits, nfsfs.Options{Sync: r.Sync, AttrCache: r.AttrCache}), rpc, nil
}

// resolve looks a host up once, as mount.nfs does: a server that gets another address later is lost to this mount.
func resolve(ctx context.Context, host string) (string, error) {
	addresses, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return "", fmt.Errorf("the server's name: %w", err)
	}
	return addresses[0], nil
}

// askForRoot gets the handle of the directory from the server's mount daemon.
func askForRoot(ctx context.Context, r *Request, address string) (nfs3.FileHandle, error) {
	port, err := portOf(ctx, address, "mount", "mountport", nfs3.MountProgram, r.MountPort)
	if err != nil {
		return "", err
	}
	mountd := sunrpc.NewClient(net.JoinHostPort(address, strconv.Itoa(port)), nfs3.MountProgram)
	defer mountd.Close()
	root, err := nfs3.Mount(ctx, mountd, r.Path)
	if err != nil {
		return "", fmt.Errorf("MNT: %w", err)
	}
	return root, nil
}

// portOf is the port given by an option, or else the one that the server's port mapper gives.
func portOf(ctx context.Context, address, name, option string, p sunrpc.Program, given int) (int, error) {
	if given != 0 {
		return given, nil
	}
	port, err := sunrpc.Port(ctx, address, p)
	var unregistered *sunrpc.NotRegisteredError
	if errors.As(err, &unregistered) {
		return 0, fmt.Errorf("%w: start the server's %s service, or give its port by -o %s=", err, name, option)
	}
	if err != nil {
		return 0, fmt.Errorf("port mapper: %w; -o %s= does without it", err, option)
	}
	return port, nil
}
