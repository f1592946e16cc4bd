-- The name of the site, for TLS and for Host, at the address of this machine.
function wrk.resolve(host, service)
    local addresses = wrk.lookup("127.0.0.1", service)
    for i = #addresses, 1, -1 do
        if not wrk.connect(addresses[i]) then
            table.remove(addresses, i)
        end
    end
    wrk.addrs = addresses
end
