from jacviz.cli.main import main

main()
