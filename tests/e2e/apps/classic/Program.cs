// The port named here must lose against the one the host gives.
Host.CreateDefaultBuilder(args)
    .ConfigureWebHostDefaults(web => web
        .UseUrls("http://127.0.0.1:5999")
        .Configure(app => app.Run(context => context.Response.WriteAsync($"Port {context.Connection.LocalPort}\n"))))
    .Build()
    .Run();
